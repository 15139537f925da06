/** The button in the composer that opens the emoji; a chunk of its own, like what it opens. */
import { Smile } from 'lucide-react';
import { useRef, useState } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { usePhrases } from '../../hooks';
import { EmojiPicker } from '../emoji-picker/emoji-picker';
import { IconButton, Popover } from '../primitives';
import styles from './composer-field.module.css';

/** Puts an emoji where the caret is. */
export default function EmojiButton({ onSelect }: { onSelect: (emoji: string) => void }) {
  const { t } = usePhrases();
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      <IconButton
        buttonRef={button}
        label={t('ui-composer-emoji')}
        className={styles.emojiButton ?? ''}
        aria-haspopup="dialog"
        aria-expanded={open}
        onPress={() => setOpen(true)}
      >
        <Smile aria-hidden="true" />
      </IconButton>
      <Popover triggerRef={button} isOpen={open} onOpenChange={setOpen} placement="top end">
        <AriaDialog aria-label={t('ui-emoji-title')} className={styles.dialog ?? ''}>
          <EmojiPicker
            onSelect={(emoji) => {
              setOpen(false);
              onSelect(emoji);
            }}
          />
        </AriaDialog>
      </Popover>
    </>
  );
}
