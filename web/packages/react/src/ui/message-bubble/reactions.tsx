/** The reactions under a message: each emoji with its count, one's own marked, the names in a tooltip. */
import type { Emoji } from '@samtale/client';
import { Button } from 'react-aria-components/Button';
import { usePhrases } from '../../hooks';
import type { MessageReaction } from '../../types';
import { classes, Tooltip, TooltipTrigger } from '../primitives';
import styles from './reactions.module.css';

/** What {@link Reactions} takes. */
export interface ReactionsProps {
  reactions: readonly MessageReaction[];
  /** Sets or takes back one's own; without it they can only be seen. */
  onReact?: ((emoji: Emoji, on: boolean) => void) | undefined;
}

/** A row of reactions; nothing where there are none. */
export function Reactions({ reactions, onReact }: ReactionsProps) {
  const { t, locale } = usePhrases();
  if (reactions.length === 0) return null;
  return (
    <fieldset className={styles.row} aria-label={t('ui-reactions')}>
      {reactions.map((reaction) => (
        <TooltipTrigger key={reaction.emoji}>
          <Button
            className={classes(styles.chip, reaction.mine && styles.mine)}
            aria-label={t('ui-reaction', { emoji: seenOf(reaction), names: namesOf(reaction, t, locale) })}
            aria-pressed={reaction.mine}
            isDisabled={onReact === undefined}
            excludeFromTabOrder
            onPress={() => onReact?.(reaction.emoji, !reaction.mine)}
          >
            <span className={styles.emoji}>{reaction.emoji}</span>
            {reaction.count > 1 ? <span className={styles.count}>{reaction.count}</span> : null}
          </Button>
          <Tooltip>{namesOf(reaction, t, locale)}</Tooltip>
        </TooltipTrigger>
      ))}
    </fieldset>
  );
}

/** What is seen of it, which its name begins with: so it is found by voice, too. */
function seenOf({ emoji, count }: MessageReaction): string {
  return count > 1 ? `${emoji} ${count}` : emoji;
}

/** "Ingrid, Jonas og 3 til"; the number alone where no name is known. */
function namesOf(
  { names, count }: MessageReaction,
  t: (key: string, args?: Record<string, string | number>) => string,
  locale: string,
): string {
  if (names.length === 0) return t('ui-reaction-count', { count });
  const more = count - names.length;
  const style = more > 0 ? 'unit' : 'conjunction';
  const listed = new Intl.ListFormat(locale === 'en' ? 'en' : 'nb', { type: style, style: 'long' }).format(
    names,
  );
  return more > 0 ? t('ui-reaction-names-more', { names: listed, count: more }) : listed;
}
