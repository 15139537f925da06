/** Who is writing, in the customer's words: "Ingrid skriver...". */
import type { ChatId } from '@samtale/client';
import { usePhrases, useTypingIndicator } from '../../hooks';
import type { Person } from '../../types';
import { classes } from '../primitives';
import styles from './typing-indicator.module.css';

/** What {@link TypingIndicator} takes: a chat, or the people themselves. */
export type TypingIndicatorProps =
  | { chatId: ChatId; users?: undefined; className?: string }
  | { users: readonly Pick<Person, 'name'>[]; chatId?: undefined; className?: string };

/** A line that is always as high, whether someone writes or not, so that nothing moves. */
export function TypingIndicator(props: TypingIndicatorProps) {
  return props.chatId === undefined ? (
    <Line users={props.users} className={props.className} />
  ) : (
    <ChatLine chatId={props.chatId} className={props.className} />
  );
}

function ChatLine({ chatId, className }: { chatId: ChatId; className: string | undefined }) {
  const { typingUsers } = useTypingIndicator({ chatId });
  return <Line users={typingUsers} className={className} />;
}

function Line({
  users,
  className,
}: {
  users: readonly Pick<Person, 'name'>[];
  className: string | undefined;
}) {
  const { typingText } = usePhrases();
  return (
    <div className={classes('st-root', styles.line, className)} data-typing={users.length > 0 || undefined}>
      {users.length > 0 ? (
        <>
          <span className={styles.dots} aria-hidden="true">
            <span />
            <span />
            <span />
          </span>
          <span className={styles.words}>{typingText(users.map((user) => user.name))}</span>
        </>
      ) : null}
    </div>
  );
}
