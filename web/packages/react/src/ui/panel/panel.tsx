/** A pane beside the conversation, 360 px wide: a heading, a way to close it, contents that scroll. */
import { X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useId } from 'react';
import { usePhrases } from '../../hooks';
import { classes, IconButton } from '../primitives';
import styles from './panel.module.css';

/** What {@link Panel} takes. */
export interface PanelProps {
  title: string;
  /** Closes it: the button, and Esc. */
  onClose: () => void;
  /** Stands still under the heading, above what scrolls. */
  top?: ReactNode;
  className?: string | undefined;
  children: ReactNode;
}

/** Shows a titled pane, a landmark for screen readers. */
export function Panel({ title, onClose, top, className, children }: PanelProps) {
  const { t } = usePhrases();
  const heading = useId();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.stopPropagation();
    onClose();
  };
  return (
    <aside
      className={classes('st-root', styles.panel, className)}
      aria-labelledby={heading}
      onKeyDown={onKeyDown}
    >
      <div className={styles.head}>
        <h2 id={heading} className={styles.title}>
          {title}
        </h2>
        <IconButton label={t('ui-close')} keys="Esc" onPress={onClose}>
          <X aria-hidden="true" />
        </IconButton>
      </div>
      {top}
      <div className={styles.body}>{children}</div>
    </aside>
  );
}
