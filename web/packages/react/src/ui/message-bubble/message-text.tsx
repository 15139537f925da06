/** A message's words: as they were written, with safe links. */
import { Fragment, memo } from 'react';
import { splitLinks } from './links';
import styles from './message-text.module.css';

/** Shows words; links open in a new tab that knows nothing of this one. */
export const MessageText = memo(function MessageText({ text }: { text: string }) {
  const parts = splitLinks(text);
  let at = 0;
  return (
    <span className={styles.text}>
      {parts.map((part) => {
        const key = at;
        at += part.text.length;
        return part.href === null ? (
          <Fragment key={key}>{part.text}</Fragment>
        ) : (
          <a key={key} href={part.href} target="_blank" rel="noopener noreferrer" className={styles.link}>
            {part.text}
          </a>
        );
      })}
    </span>
  );
});
