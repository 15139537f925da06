/**
 * What is shown where a part of the app has stopped: a sentence and a way on, never an empty page. What a
 * person wrote is the engine's, so nothing is lost by loading again.
 */
import { Button } from '@samtale/react/ui';
import { Component, type ReactNode } from 'react';
import { useTexts } from '../state/use-texts';
import styles from './boundary.module.css';

interface BoundaryProps {
  /** Whether it stands around everything. */
  whole?: boolean;
  /** A change of it tries again: another chat, another pane. */
  about?: string;
  children: ReactNode;
}

/** Catches what its children throw. */
export class Boundary extends Component<BoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override componentDidUpdate(before: BoundaryProps) {
    if (this.state.failed && before.about !== this.props.about) this.setState({ failed: false });
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <Stopped
        whole={this.props.whole ?? false}
        onAgain={() => (this.props.whole ? location.reload() : this.setState({ failed: false }))}
      />
    );
  }
}

function Stopped({ whole, onAgain }: { whole: boolean; onAgain: () => void }) {
  const { t } = useTexts();
  return (
    <Sentence text={whole ? t('app-crashed') : t('app-crashed-part')} urgent>
      <Button tone="primary" onPress={onAgain}>
        {whole ? t('ui-reload') : t('action-retry')}
      </Button>
    </Sentence>
  );
}

/** One sentence in the middle of an empty place, and what can be done there. */
export function Sentence({
  text,
  urgent = false,
  children,
}: {
  text: string;
  urgent?: boolean;
  children?: ReactNode;
}) {
  return (
    <div className={`st-root ${styles.place}`} role={urgent ? 'alert' : undefined}>
      <p className={styles.sentence}>{text}</p>
      {children}
    </div>
  );
}
