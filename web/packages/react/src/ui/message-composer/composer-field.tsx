/** The composer's field and buttons; what is written, and what keys do. Knows of no client. */
import { Check, SendHorizontal, Smile } from 'lucide-react';
import {
  type KeyboardEvent,
  lazy,
  type ReactNode,
  type Ref,
  Suspense,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from 'react';
import { usePhrases } from '../../hooks';
import { classes, matches, TOUCH, useEvent, useMedia, VisuallyHidden } from '../primitives';
import styles from './composer-field.module.css';
import { type ComposerMode, ComposerModeBar } from './composer-mode';
import { commandOfKey } from './keys';
import { isNeverShown } from './refusal';
import { useAutoGrow } from './use-auto-grow';
import { useDraftText } from './use-draft-text';

const EmojiButton = lazy(() => import('./emoji-button'));

/** The greatest length of a message, in characters; the server's limit. */
export const MAX_CHARACTERS = 10_000;
/** From here on the characters that are left are told. */
const TELL_LEFT = 500;

/** What a composer can be asked to do from outside. */
export interface ComposerHandle {
  /** Puts the focus into the field. */
  focus: () => void;
}

/** What {@link ComposerField} takes. */
export interface ComposerFieldProps {
  draft: string;
  onDraft: (text: string) => void;
  mode: ComposerMode | null;
  onModeEnd?: (() => void) | undefined;
  onEditLast?: (() => void) | undefined;
  /** Takes what was written; where its promise is rejected before the message shows, the words come back. */
  onSend: (content: string) => unknown;
  onRefused?: ((error: unknown) => void) | undefined;
  onTyping?: ((text: string) => void) | undefined;
  onTypingEnd?: (() => void) | undefined;
  /** Why the last message could not be taken. */
  problem: string | null;
  attachments?: ReactNode;
  placeholder?: string | undefined;
  autoFocus?: boolean | undefined;
  handle?: Ref<ComposerHandle> | undefined;
}

/** See the file's head. */
export function ComposerField(props: ComposerFieldProps) {
  const { mode, onModeEnd, onSend, onTyping, onTypingEnd, problem } = props;
  const { t } = usePhrases();
  const touch = useMedia(TOUCH);
  const field = useRef<HTMLTextAreaElement>(null);
  const noteId = useId();
  const { text: draft, write, clear } = useDraftText({ draft: props.draft, keep: props.onDraft });
  const editing = mode?.kind === 'edit' ? mode.message : null;
  const [edited, setEdited] = useState({ id: '', text: '' });
  const editText = editing === null ? null : edited.id === editing.id ? edited.text : editing.content;
  const text = editText ?? draft;
  useAutoGrow(field, text);

  const setText = useEvent((value: string) => {
    if (editing !== null) return setEdited({ id: editing.id, text: value });
    write(value);
    if (value.trim() === '') onTypingEnd?.();
    else onTyping?.(value);
  });
  const focus = useEvent(() => field.current?.focus({ preventScroll: true }));
  useImperativeHandle(props.handle, () => ({ focus }), [focus]);

  const wanted = mode === null ? '' : `${mode.kind} ${mode.message.id}`;
  useEffect(() => {
    const element = field.current;
    if (wanted === '' || element === null) return;
    element.focus({ preventScroll: true });
    element.setSelectionRange(element.value.length, element.value.length);
  }, [wanted]);
  useEffect(() => {
    if (props.autoFocus && !matches(TOUCH)) field.current?.focus({ preventScroll: true });
  }, [props.autoFocus]);

  const content = text.trim();
  const length = content.length > MAX_CHARACTERS - TELL_LEFT ? [...content].length : content.length;
  const left = MAX_CHARACTERS - length;
  const ready = content !== '' && left >= 0;

  const submit = useEvent(() => {
    if (!ready) return;
    const written = text;
    const takeBack = (error: unknown) => {
      if (!isNeverShown(error)) return;
      props.onRefused?.(error);
      // Nothing a person wrote is ever lost, unless they have begun anew.
      if (field.current?.value === '') write(written);
    };
    try {
      // At once, so that the bubble stands in the same frame; what it gives may be a promise.
      Promise.resolve(onSend(content)).catch(takeBack);
    } catch (error) {
      takeBack(error);
      return;
    }
    if (editing === null) clear();
    onModeEnd?.();
  });
  const cancel = useEvent(() => {
    setEdited({ id: '', text: '' });
    onModeEnd?.();
    focus();
  });
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const { key, keyCode, shiftKey, ctrlKey, metaKey, altKey } = event;
    const { isComposing } = event.nativeEvent;
    const command = commandOfKey(
      { key, keyCode, shiftKey, ctrlKey, metaKey, altKey, isComposing },
      { touch: matches(TOUCH), empty: text === '', mode: mode !== null },
    );
    if (command === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (command === 'send') submit();
    else if (command === 'cancel') cancel();
    else props.onEditLast?.();
  };

  const insert = useEvent((emoji: string) => {
    const element = field.current;
    if (element === null) return;
    const start = element.selectionStart;
    setText(text.slice(0, start) + emoji + text.slice(element.selectionEnd));
    requestAnimationFrame(() => {
      focus();
      element.setSelectionRange(start + emoji.length, start + emoji.length);
    });
  });

  const note =
    left < 0
      ? t('ui-composer-over', { count: -left })
      : left <= TELL_LEFT
        ? t('ui-composer-left', { count: left })
        : null;

  return (
    <div className={classes('st-root', styles.composer)}>
      {mode === null ? null : <ComposerModeBar mode={mode} onCancel={cancel} />}
      {problem === null ? null : (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
      <div className={styles.row}>
        {props.attachments ? <div className={styles.slot}>{props.attachments}</div> : null}
        <div className={styles.box} data-over={left < 0 || undefined}>
          <textarea
            ref={field}
            className={styles.field}
            rows={1}
            dir="auto"
            value={text}
            placeholder={props.placeholder ?? t('ui-composer-placeholder')}
            aria-label={t('ui-composer')}
            aria-describedby={note === null ? undefined : noteId}
            aria-invalid={left < 0 || undefined}
            enterKeyHint={touch ? 'enter' : 'send'}
            autoCapitalize="sentences"
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={onKeyDown}
            onBlur={() => onTypingEnd?.()}
          />
          {touch ? null : (
            <Suspense
              fallback={
                <span className={styles.emojiPlace}>
                  <Smile aria-hidden="true" />
                </span>
              }
            >
              <EmojiButton onSelect={insert} />
            </Suspense>
          )}
        </div>
        <button
          type="button"
          className={styles.send}
          aria-label={editing === null ? t('action-send') : t('ui-composer-save')}
          data-ready={ready || undefined}
          aria-disabled={!ready}
          // A press leaves the focus where it is, so that a phone's keyboard stays.
          onPointerDown={(event) => event.preventDefault()}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => submit()}
        >
          {editing === null ? <SendHorizontal aria-hidden="true" /> : <Check aria-hidden="true" />}
        </button>
      </div>
      {note === null ? null : (
        <p
          id={noteId}
          className={styles.note}
          data-over={left < 0 || undefined}
          role={left < 0 ? 'alert' : undefined}
        >
          {note}
        </p>
      )}
      {editing === null ? null : <VisuallyHidden>{t('ui-composer-editing')}</VisuallyHidden>}
    </div>
  );
}

/** Stands where the field would: one may only read here. */
export function ReadOnlyComposer() {
  const { t } = usePhrases();
  return <p className={classes('st-root', styles.readOnly)}>{t('ui-composer-read-only')}</p>;
}
