/** All emoji. Loaded when it is first opened. */
import { type EmojiPickerListComponents, EmojiPicker as Frimousse } from 'frimousse';
import type { AriaAttributes } from 'react';
import { usePhrases, useSamtale } from '../../hooks';
import type { EmojiPickerProps } from './emoji-picker';
import styles from './emoji-picker.module.css';

/** Emoji data exists in bokmål and English; nynorsk reads bokmål. */
const DATA_LANGUAGE = { nb: 'nb', nn: 'nb', en: 'en' } as const;

const PARTS: Partial<EmojiPickerListComponents> = {
  CategoryHeader: ({ category, ...rest }) => (
    <div className={styles.category} {...rest}>
      {category.label}
    </div>
  ),
  Row: ({ children, ...rest }) => (
    <div className={styles.line} {...fromOne(rest)}>
      {children}
    </div>
  ),
  Emoji: ({ emoji, ...rest }) => (
    <button
      type="button"
      className={styles.emoji}
      data-active={emoji.isActive || undefined}
      {...fromOne(rest)}
    >
      {emoji.emoji}
    </button>
  ),
};

/** Rows and columns count from one; the library counts from zero. */
function fromOne<Props extends AriaAttributes>(props: Props): Props {
  const { 'aria-rowindex': row, 'aria-colindex': column } = props;
  return {
    ...props,
    'aria-rowindex': row === undefined ? undefined : row + 1,
    'aria-colindex': column === undefined ? undefined : column + 1,
  };
}

/** See `EmojiPicker`. */
export default function AllEmoji({ onSelect, emojibaseUrl, autoFocus = true }: EmojiPickerProps) {
  const samtale = useSamtale();
  const { t, locale } = usePhrases();
  return (
    <Frimousse.Root
      className={styles.root}
      locale={DATA_LANGUAGE[locale]}
      emojibaseUrl={emojibaseUrl ?? samtale.emojibaseUrl}
      columns={8}
      onEmojiSelect={({ emoji }) => onSelect(emoji)}
    >
      <div className={styles.bar}>
        <Frimousse.Search
          className={styles.search}
          autoFocus={autoFocus}
          placeholder={t('ui-emoji-search')}
          aria-label={t('ui-emoji-search')}
        />
        <Frimousse.SkinToneSelector className={styles.tone} aria-label={t('ui-emoji-skin')} />
      </div>
      <Frimousse.Viewport className={styles.viewport}>
        <Frimousse.Loading className={styles.note}>{t('ui-emoji-loading')}</Frimousse.Loading>
        <Frimousse.Empty className={styles.note}>{t('ui-emoji-empty')}</Frimousse.Empty>
        <Frimousse.List className={styles.list} components={PARTS} />
      </Frimousse.Viewport>
    </Frimousse.Root>
  );
}
