/** The open conversation: its messages, its composer, its menus. */
import { expect, type Locator, type Page } from '@playwright/test';
import type { Watch } from './watch';
import { type Words, within } from './words';

/** How far one's own message has come. */
export type Delivery = 'sending' | 'sent' | 'delivered' | 'read' | 'failed';

export class Conversation {
  constructor(
    readonly page: Page,
    private readonly t: Words,
    private readonly watch: Watch,
  ) {}

  /** Where one writes. */
  get box(): Locator {
    return this.page.getByRole('textbox', { name: this.t('ui-composer'), exact: true });
  }

  /** The list of messages. */
  get messages(): Locator {
    return this.page.getByRole('list', { name: this.t('ui-messages'), exact: true });
  }

  /** The message that says these words itself: not one that quotes them. */
  message(words: string): Locator {
    return this.messages.getByRole('listitem', { name: within(words) });
  }

  /** Writes without sending, key by key. */
  async type(words: string): Promise<void> {
    this.watch.wrote(words);
    await this.box.pressSequentially(words, { delay: 10 });
  }

  /** Writes and sends, and sees it stand there. */
  async say(words: string): Promise<void> {
    this.watch.wrote(words);
    await this.box.fill(words);
    // Under a thumb, Enter makes a new line.
    const touch = await this.page.evaluate(() => matchMedia('(pointer: coarse)').matches);
    if (touch) await this.page.getByRole('button', { name: this.t('action-send'), exact: true }).click();
    else await this.box.press('Enter');
    await expect(this.message(words)).toBeVisible();
    await expect(this.box).toHaveText('');
  }

  /** Sees how far one's own message has come. */
  async sees(words: string, ...deliveries: Delivery[]): Promise<void> {
    const names = deliveries.map((delivery) => this.t(`delivery-${delivery}`));
    const state = new RegExp(`${within(words).source}.*(${names.join('|')})`, 's');
    await expect(this.messages.getByRole('listitem', { name: state })).toBeVisible();
  }

  /** Opens a message's menu by keyboard, as a screen reader's user does. */
  async menu(words: string): Promise<Locator> {
    await this.message(words).focus();
    await this.page.keyboard.press('Shift+F10');
    const menu = this.page.getByRole('menu');
    await expect(menu).toBeVisible();
    return menu;
  }

  /** Chooses from a message's menu. */
  async choose(words: string, action: string): Promise<void> {
    const menu = await this.menu(words);
    await item(menu, this.t(action)).click();
  }

  /** Opens the picker of all emoji for a message. */
  async pickEmoji(words: string): Promise<Locator> {
    await this.choose(words, 'action-react');
    const common = this.page.getByRole('dialog', { name: this.t('ui-emoji-quick') });
    await common.getByRole('button', { name: this.t('ui-emoji-more') }).click();
    const picker = this.page.getByRole('dialog', { name: this.t('ui-emoji-title') });
    await expect(picker).toBeVisible();
    return picker;
  }

  /** A reaction under a message. */
  reaction(words: string, emoji: string): Locator {
    return this.message(words).getByRole('button', { name: within(emoji) });
  }
}

/** An item of a menu; its name may end in the key that does the same. */
export function item(menu: Locator, name: string): Locator {
  return menu.getByRole('menuitem', { name: new RegExp(`^${within(name).source}( \\S+)?$`) });
}
