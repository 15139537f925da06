'use client';
/**
 * The components, over the hooks: `@samtale/react/ui`. Their looks come with `@samtale/react/styles.css`.
 */
import './ui/tokens.css';

export { Avatar, type AvatarProps, ChatAvatar, type ChatAvatarProps } from './ui/avatar/avatar';
export {
  ConnectionStatus,
  type ConnectionStatusProps,
  StorageWarning,
  UpdateBanner,
  type UpdateBannerProps,
} from './ui/connection-status/connection-status';
export {
  ConversationHeader,
  type ConversationHeaderProps,
} from './ui/conversation-header/conversation-header';
export { LeaveDialog, type LeaveDialogProps } from './ui/conversation-list/chat-menu';
export { ConversationList, type ConversationListProps } from './ui/conversation-list/conversation-list';
export { ConversationView, type ConversationViewProps } from './ui/conversation-view/conversation-view';
export { ThreadView, type ThreadViewProps } from './ui/conversation-view/thread-view';
export {
  EmojiPicker,
  type EmojiPickerProps,
  QUICK_REACTIONS,
  QuickReactions,
  type QuickReactionsProps,
} from './ui/emoji-picker/emoji-picker';
export {
  ChoiceField,
  type ChoiceFieldProps,
  SwitchField,
  type SwitchFieldProps,
  TextField,
  type TextFieldProps,
} from './ui/field/fields';
export { MessageBubble, type MessageBubbleProps } from './ui/message-bubble/message-bubble';
export {
  type ComposedOptions,
  type ComposerHandle,
  type ComposerMode,
  MessageComposer,
  type MessageComposerProps,
} from './ui/message-composer/message-composer';
export { MessageSearch, type MessageSearchProps } from './ui/message-search/message-search';
export { NewChatDialog, type NewChatDialogProps } from './ui/new-chat/new-chat-dialog';
export { Panel, type PanelProps } from './ui/panel/panel';
export { ParticipantPanel, type ParticipantPanelProps } from './ui/participant-panel/participant-panel';
export { type ChosenPerson, PeoplePicker, type PeoplePickerProps } from './ui/people-picker/people-picker';
export type { DirectoryPerson, PeopleDirectory } from './ui/people-picker/use-directory';
export { PresenceIndicator, type PresenceIndicatorProps } from './ui/presence-indicator/presence-indicator';
export { PresenceShape, type PresenceShapeProps } from './ui/presence-indicator/presence-shape';
export * from './ui/primitives';
export { GuardianBadge, RoleChip } from './ui/role-chip/role-chip';
export { Segments, type SegmentsProps } from './ui/segments/segments';
export type { Privacy } from './ui/settings/privacy';
export {
  FirstRunDialog,
  type FirstRunDialogProps,
  LanguageChoice,
  PrivacyChoice,
  SettingsDialog,
  type SettingsDialogProps,
  ThemeChoice,
} from './ui/settings/settings';
export { StatusMenu } from './ui/settings/status-menu';
export { usePrivacy } from './ui/settings/use-privacy';
export { SignOutDialog, type SignOutDialogProps } from './ui/sign-out/sign-out-dialog';
export { TypingIndicator, type TypingIndicatorProps } from './ui/typing-indicator/typing-indicator';
