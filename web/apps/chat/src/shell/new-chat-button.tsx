/** The button that starts a conversation, where there is nothing else to do. */
import { Button } from '@samtale/react/ui';
import { useTexts } from '../state/use-texts';

/** Shows the button. */
export function NewChatButton({ onPress }: { onPress: () => void }) {
  const { t } = useTexts();
  return (
    <Button tone="primary" onPress={onPress}>
      {t('ui-new-chat')}
    </Button>
  );
}
