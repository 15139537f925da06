/**
 * The height that is left when a phone's keyboard is up: `--app-height` and `--app-top` on the page, from
 * the visual viewport. Browsers that shrink the layout themselves need nothing of this.
 */

/** What the keyboard takes at the least, in pixels; less is a browser's bar. */
const KEYBOARD = 120;

/** Follows the visual viewport for as long as the page lives. */
export function followViewport(view: Window): void {
  const visual = view.visualViewport;
  if (visual === null) return;
  const style = view.document.documentElement.style;
  const follow = () => {
    const hidden = view.innerHeight - visual.height;
    // A pinch shrinks the visual viewport too, and should not shrink the page.
    const keyboard = hidden > KEYBOARD && visual.scale < 1.05;
    if (keyboard) {
      style.setProperty('--app-height', `${Math.round(visual.height)}px`);
      style.setProperty('--app-top', `${Math.round(visual.offsetTop)}px`);
    } else {
      style.removeProperty('--app-height');
      style.removeProperty('--app-top');
    }
  };
  visual.addEventListener('resize', follow);
  visual.addEventListener('scroll', follow);
}
