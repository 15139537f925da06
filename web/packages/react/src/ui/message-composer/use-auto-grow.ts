/** A text field as high as its text, up to the limit its style sets. */
import { type RefObject, useLayoutEffect } from 'react';

const noEffect = () => {};
const useBrowserLayoutEffect = typeof window === 'undefined' ? noEffect : useLayoutEffect;

/** Fits the height of the field to its text; browsers that do so by themselves are left to it. */
export function useAutoGrow(field: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useBrowserLayoutEffect(() => {
    const element = field.current;
    if (element === null || globalThis.CSS?.supports?.('field-sizing', 'content')) return;
    element.style.blockSize = 'auto';
    element.style.blockSize = `${element.scrollHeight}px`;
  }, [field, text]);
}
