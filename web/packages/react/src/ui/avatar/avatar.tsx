/**
 * Faces: of a person, by picture or initials, and of a chat, by the people in it. They are decoration
 * beside a name that stands in words, so a screen reader passes them over; presence has its own words.
 */
import type { Status, UserId } from '@samtale/client';
import { type CSSProperties, memo, useState } from 'react';
import type { Chat } from '../../types';
import { PresenceShape } from '../presence-indicator/presence-shape';
import { classes } from '../primitives';
import styles from './avatar.module.css';
import { initialsOf, toneOf } from './initials';

/** What {@link Avatar} takes. */
export interface AvatarProps {
  /** Whose: it picks the tone. */
  id: UserId;
  name: string;
  /** A picture; the initials stand in until it is there, and where it can't be had. */
  src?: string | null | undefined;
  /** Width and height in pixels. Default 44. */
  size?: number;
  /** A mark for how they are present, if it is known. */
  presence?: Status | null | undefined;
  className?: string | undefined;
}

/** Shows a person's picture, or their initials on a tone of their own. */
export const Avatar = memo(function Avatar({ id, name, src, size = 44, presence, className }: AvatarProps) {
  const [broken, setBroken] = useState<string | null>(null);
  const picture = src && src !== broken ? src : null;
  return (
    <span className={classes('st-root', styles.avatar, className)} style={sized(size)} aria-hidden="true">
      <span className={classes(styles.face, styles[`tone${toneOf(id)}`])}>
        <span className={styles.letters}>{initialsOf(name)}</span>
        {picture ? (
          <img
            className={styles.picture}
            src={picture}
            alt=""
            loading="lazy"
            decoding="async"
            draggable={false}
            referrerPolicy="no-referrer"
            onError={() => setBroken(picture)}
          />
        ) : null}
      </span>
      {presence ? (
        <span className={styles.presence}>
          <PresenceShape status={presence} />
        </span>
      ) : null}
    </span>
  );
});

/** What {@link ChatAvatar} takes. */
export interface ChatAvatarProps {
  chat: Pick<Chat, 'id' | 'name' | 'participants' | 'memberCount'>;
  /** Width and height in pixels. Default 44. */
  size?: number;
  /** How the other one is present; only shown between two. */
  presence?: Status | null | undefined;
}

/** Shows the other person of a chat between two, and two of the others in a group. */
export const ChatAvatar = memo(function ChatAvatar({ chat, size = 44, presence }: ChatAvatarProps) {
  const others = chat.participants.filter((person) => !person.isMe);
  const [first, second] = others;
  if (first === undefined) return <Avatar id={chat.id} name={chat.name} size={size} />;
  if (second === undefined || chat.memberCount <= 2) {
    return <Avatar id={first.id} name={first.name} src={first.avatarUrl} size={size} presence={presence} />;
  }
  const part = Math.round(size * 0.62);
  return (
    <span className={classes('st-root', styles.pair)} style={sized(size)} aria-hidden="true">
      <Avatar id={second.id} name={second.name} src={second.avatarUrl} size={part} />
      <Avatar
        id={first.id}
        name={first.name}
        src={first.avatarUrl}
        size={part}
        className={styles.front ?? ''}
      />
    </span>
  );
});

function sized(size: number): CSSProperties {
  return { '--size': `${size}px` } as CSSProperties;
}
