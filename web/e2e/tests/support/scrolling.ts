/** Watches a list while somebody scrolls it: whether anything moves that should not. */
import type { Locator, Page } from '@playwright/test';

/** A frame in which what one was reading moved by itself. */
export interface Jump {
  /** By how many pixels it went against the hand, or too far. */
  pixels: number;
  message: string;
}

/**
 * Scrolls up by the wheel until `done`, and returns every jump: while one scrolls up, whatever is in
 * sight may only go down, and no further than the wheel has turned.
 */
export async function scrollUp(page: Page, list: Locator, done: () => Promise<boolean>): Promise<Jump[]> {
  await list.hover();
  await list.evaluate((element) => {
    const watch = { jumps: [] as Jump[], turned: 0, stop: false };
    Object.assign(window, { samtaleScroll: watch });
    addEventListener('wheel', (event) => {
      watch.turned += Math.abs(event.deltaY);
    });
    const places = () => {
      const seen = new Map<string, number>();
      const box = element.getBoundingClientRect();
      for (const row of element.querySelectorAll<HTMLElement>('[data-message-id]')) {
        const { top, bottom } = row.getBoundingClientRect();
        if (bottom > Math.max(box.top, 0) && top < Math.min(box.bottom, innerHeight)) {
          seen.set(row.dataset.messageId ?? '', top);
        }
      }
      return seen;
    };
    let before = places();
    let allowed = 0;
    const look = () => {
      const now = places();
      allowed += watch.turned;
      watch.turned = 0;
      let moved = 0;
      for (const [id, top] of now) {
        const was = before.get(id);
        if (was === undefined) continue;
        moved = top - was;
        if (moved < -2 || moved > allowed + 2) {
          watch.jumps.push({ pixels: Math.round(moved), message: id });
        }
        break;
      }
      allowed = Math.max(0, allowed - Math.max(0, moved));
      before = now;
      if (!watch.stop) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  for (let turns = 0; turns < 1_000 && !(await done()); turns += 1) {
    await page.mouse.wheel(0, -1_500);
    await page.waitForTimeout(20);
  }
  return page.evaluate(() => {
    const { samtaleScroll } = window as unknown as { samtaleScroll: { jumps: Jump[]; stop: boolean } };
    samtaleScroll.stop = true;
    return samtaleScroll.jumps;
  });
}
