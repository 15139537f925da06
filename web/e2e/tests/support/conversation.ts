/** The open conversation: its messages, its composer, its menus. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { Watch } from './watch';
import type { Words } from './words';

export class Conversation {
  constructor(
    readonly page: Page,
    private readonly t: Words,
    private readonly watch: Watch,
  ) {}

  /** Where one writes. */
  get box(): Locator {
    return this.page.getByRole('textbox', { name: this.t('ui-composer-label') });
  }

  /** The message that has these words. */
  message(words: string): Locator {
    return this.page.getByRole('article').filter({ hasText: words });
  }

  /** Writes without sending. */
  async type(words: string): Promise<void> {
    this.watch.wrote(words);
    await this.box.pressSequentially(words, { delay: 10 });
  }

  /** Writes and sends, and sees it stand there. */
  async say(words: string): Promise<void> {
    this.watch.wrote(words);
    await this.box.fill(words);
    await this.box.press('Enter');
    await expect(this.message(words)).toBeVisible();
  }

  /** Sees how far one's own message has come. */
  async sees(words: string, delivery: 'sending' | 'sent' | 'delivered' | 'read' | 'failed'): Promise<void> {
    await expect(this.message(words)).toContainText(this.t(`delivery-${delivery}`));
  }

  /** Chooses from a message's menu. */
  async choose(words: string, action: string): Promise<void> {
    await this.message(words).focus();
    await this.page.keyboard.press('Shift+F10');
    await this.page.getByRole('menuitem', { name: this.t(action) }).click();
  }
}
