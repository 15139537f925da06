/** Copies a text to the clipboard. */
import { ClipboardCopy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { usePhrases } from '../hooks';
import { Button } from '../ui/primitives';

/** A button that copies a text and says whether it did. */
export function CopyButton({ labelKey, text }: { labelKey: string; text: () => string }) {
  const { t } = usePhrases();
  const [outcome, setOutcome] = useState<'devtools-copied' | 'devtools-copy-failed' | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), 2_000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setOutcome('devtools-copied');
    } catch {
      setOutcome('devtools-copy-failed');
    }
  };
  return (
    <Button size="small" onPress={copy}>
      <ClipboardCopy aria-hidden="true" />
      <span role="status">{t(outcome ?? labelKey)}</span>
    </Button>
  );
}
