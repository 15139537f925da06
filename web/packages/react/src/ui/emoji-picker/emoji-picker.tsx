/**
 * Picks an emoji: six common ones at once, all of them on demand. All of them, with their search, are a
 * chunk of their own, and their data is served by the product itself (`emojibaseUrl`).
 */
import type { Emoji } from '@samtale/client';
import { Plus } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { usePhrases } from '../../hooks';
import { classes, IconButton } from '../primitives';
import styles from './emoji-picker.module.css';

const AllEmoji = lazy(() => import('./all-emoji'));

/** The reactions that are offered first. */
export const QUICK_REACTIONS: readonly Emoji[] = ['👍', '❤️', '😂', '😮', '😢', '🙏'];

/** What {@link EmojiPicker} takes. */
export interface EmojiPickerProps {
  onSelect: (emoji: Emoji) => void;
  /** Where the data is, `<url>/<language>/data.json` and `messages.json`; the provider's by default (`/emoji`). */
  emojibaseUrl?: string | undefined;
  /** Puts the focus into the search field. Default true. */
  autoFocus?: boolean;
}

/** All emoji, by category and by search, in the provider's language. */
export function EmojiPicker(props: EmojiPickerProps) {
  const { t } = usePhrases();
  return (
    <div className={classes('st-root', styles.frame)}>
      <Suspense fallback={<p className={styles.note}>{t('ui-emoji-loading')}</p>}>
        <AllEmoji {...props} />
      </Suspense>
    </div>
  );
}

/** What {@link QuickReactions} takes. */
export interface QuickReactionsProps {
  onSelect: (emoji: Emoji) => void;
  /** Those that one has set already. */
  mine?: readonly Emoji[];
  /** Opens all of them; without it there is no such button. */
  onMore?: (() => void) | undefined;
}

/** Six emoji in a row, and the way to all the others. */
export function QuickReactions({ onSelect, mine = [], onMore }: QuickReactionsProps) {
  const { t } = usePhrases();
  return (
    <fieldset className={classes('st-root', styles.quick)} aria-label={t('ui-emoji-quick')}>
      {QUICK_REACTIONS.map((emoji, index) => (
        <button
          key={emoji}
          type="button"
          className={styles.choice}
          aria-label={emoji}
          aria-pressed={mine.includes(emoji)}
          // biome-ignore lint/a11y/noAutofocus: it opens on demand, and the keyboard goes where the choice is
          autoFocus={index === 0}
          onClick={() => onSelect(emoji)}
        >
          {emoji}
        </button>
      ))}
      {onMore ? (
        <IconButton label={t('ui-emoji-more')} tooltip={false} onPress={onMore}>
          <Plus aria-hidden="true" />
        </IconButton>
      ) : null}
    </fieldset>
  );
}
