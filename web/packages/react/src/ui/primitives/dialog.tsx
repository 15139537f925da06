/** Dialogs in the middle of the page, sheets at its foot, and the question before something is taken away. */
import type { ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button } from './button';
import { classes } from './classes';
import styles from './dialog.module.css';
import { useOverlayTheme } from './theme';

/** What {@link Dialog} and {@link Sheet} take. */
export interface DialogProps {
  isOpen: boolean;
  /** Called when it wants to close: Esc, a press outside, a swipe. */
  onClose: () => void;
  /** Its name; shown above the contents unless `hideTitle`. */
  title: string;
  hideTitle?: boolean;
  /** `alertdialog` for a question that must be answered; a press outside does not close it then. */
  role?: 'dialog' | 'alertdialog';
  className?: string;
  children: ReactNode;
}

/** A dialog: in the middle; from the foot of a narrow page. */
export function Dialog(props: DialogProps) {
  return <Overlay kind="dialog" {...props} />;
}

/** A sheet from the foot of the page, for fingers. */
export function Sheet(props: DialogProps) {
  return <Overlay kind="sheet" {...props} />;
}

function Overlay({
  kind,
  isOpen,
  onClose,
  title,
  hideTitle = false,
  role = 'dialog',
  className,
  children,
}: DialogProps & { kind: 'dialog' | 'sheet' }) {
  const theme = useOverlayTheme();
  return (
    <ModalOverlay
      className={classes('st-root', styles.scrim, styles[`${kind}Scrim`])}
      data-theme={theme}
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable={role === 'dialog'}
    >
      <Modal className={classes(styles.panel, styles[kind], className)}>
        <AriaDialog role={role} aria-label={title} className={styles.content ?? ''}>
          {kind === 'sheet' ? <div className={styles.grip} aria-hidden="true" /> : null}
          {hideTitle ? null : (
            <Heading slot="title" className={styles.title ?? ''}>
              {title}
            </Heading>
          )}
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** What {@link ConfirmDialog} takes. */
export interface ConfirmDialogProps {
  isOpen: boolean;
  title: string;
  /** What will happen, in a sentence. */
  children: ReactNode;
  /** The button that does it. */
  confirmLabel: string;
  cancelLabel: string;
  /** Default `danger`. */
  tone?: 'primary' | 'danger';
  onConfirm: () => void;
  /** Called when the answer is no, and after `onConfirm`. */
  onClose: () => void;
}

/** Asks before something is done that can't be taken back. The focus starts on "no". */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { isOpen, title, children, confirmLabel, cancelLabel, tone = 'danger', onConfirm, onClose } = props;
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={title} role="alertdialog">
      <div className={styles.body}>{children}</div>
      <div className={styles.buttons}>
        <Button onPress={onClose} autoFocus>
          {cancelLabel}
        </Button>
        <Button
          tone={tone}
          onPress={() => {
            onConfirm();
            onClose();
          }}
        >
          {confirmLabel}
        </Button>
      </div>
    </Dialog>
  );
}
