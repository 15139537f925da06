/** The switch of the developer tools; everything else comes when it is pressed. */
import { Activity } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { usePhrases } from '../hooks';
import { IconButton } from '../ui/primitives';
import styles from './devtools.module.css';

const DevtoolsPanel = lazy(() => import('./panel'));

/** What {@link SamtaleDevtools} takes. It stands anywhere below the provider. */
export interface SamtaleDevtoolsProps {
  /** Whether the panel is open at first. Default false. */
  initialIsOpen?: boolean;
  /** Whether it is open, where the product decides; `onOpenChange` then hears what is wished. */
  isOpen?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
  /** Whether the button that opens it floats over the page. Default true. */
  button?: boolean;
}

/** Shows a floating button, and the docked panel that it opens. */
export function SamtaleDevtools(props: SamtaleDevtoolsProps) {
  const { initialIsOpen = false, isOpen, onOpenChange, button = true } = props;
  const { t } = usePhrases();
  const [opened, setOpened] = useState(initialIsOpen);
  const open = isOpen ?? opened;
  const change = (next: boolean) => {
    setOpened(next);
    onOpenChange?.(next);
  };
  if (open) {
    return (
      <Suspense fallback={null}>
        <DevtoolsPanel onClose={() => change(false)} />
      </Suspense>
    );
  }
  if (!button) return null;
  return (
    <div className={styles.toggle}>
      <IconButton label={t('devtools-open')} onPress={() => change(true)}>
        <Activity aria-hidden="true" />
      </IconButton>
    </div>
  );
}
