/** The first questions to a newcomer: the language, and who sees them. */
import { FirstRunDialog } from '@samtale/react/ui';
import { preferences } from '../state/preferences';
import { useTexts } from '../state/use-texts';

/** Asks, and remembers that it was asked. */
export default function FirstRun() {
  const { locale } = useTexts();
  return (
    <FirstRunDialog
      isOpen
      language={locale}
      onLanguageChange={(language) => preferences.change({ language })}
      onDone={() => preferences.change({ language: locale, firstRunDone: true })}
    />
  );
}
