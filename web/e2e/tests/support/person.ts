/**
 * A person at the app: what they do and what they look for, by the roles and names that a screen
 * reader tells, in the words of the catalogues. The only place that knows how a screen is built.
 */
import { expect, type Locator, type Page } from '@playwright/test';
import { Conversation } from './conversation';
import { DEMO_NAMES } from './demo';
import type { Watch } from './watch';
import { type Words, within } from './words';

export class Person {
  readonly conversation: Conversation;

  constructor(
    readonly user: string,
    readonly page: Page,
    /** The address of the app. */
    readonly at: string,
    readonly t: Words,
    readonly watch: Watch,
  ) {
    this.conversation = new Conversation(page, t, watch);
  }

  /** Another tab of the same browser. */
  async anotherTab(path = '/'): Promise<Person> {
    const page = await this.page.context().newPage();
    await page.goto(this.at + path);
    return new Person(this.user, page, this.at, this.t, this.watch);
  }

  /** From the first screen to the list of chats. */
  async signIn(): Promise<void> {
    const me = this.demoUser(this.user);
    const welcome = this.button('ui-welcome-done');
    const chats = this.chats.getByRole('listitem').first();
    await me.click();
    await expect(welcome.or(chats).first()).toBeVisible();
    if (await welcome.isVisible()) await welcome.click();
    await expect(chats).toBeVisible();
  }

  /** A demo user on the first screen. */
  demoUser(user: string): Locator {
    return this.page.getByRole('button', { name: within(DEMO_NAMES[user] ?? user) });
  }

  /** A button by its message in the catalogue. */
  button(key: string, values: Record<string, string | number> = {}): Locator {
    return this.page.getByRole('button', { name: this.t(key, values), exact: true });
  }

  /** The list of chats. */
  get chats(): Locator {
    return this.page.getByRole('navigation', { name: this.t('ui-chats-label') });
  }

  /** A chat's row in the list. */
  chat(name: string): Locator {
    return this.chats.getByRole('listitem').filter({ hasText: name });
  }

  /** Opens a chat from the list. */
  async open(name: string): Promise<Conversation> {
    await this.chat(name).getByRole('button').first().click();
    await expect(this.heading(name)).toBeVisible();
    await expect(this.conversation.box).toBeVisible();
    return this.conversation;
  }

  /** The open conversation's name, at its top. */
  heading(name: string): Locator {
    return this.page.getByRole('heading', { level: 2, name });
  }

  /** The open conversation, with who writes in it. */
  get main(): Locator {
    return this.page.getByRole('main');
  }

  /** The line at the top of the conversation: with whom, and who is there. */
  get header(): Locator {
    return this.page.getByRole('main').locator('header');
  }

  /** Where one searches in messages. */
  get searchField(): Locator {
    return this.page.getByRole('combobox', { name: this.t('ui-search-title') });
  }

  /** What a search has found. */
  hit(words: RegExp): Locator {
    return this.page
      .getByRole('listbox', { name: this.t('ui-search-title') })
      .getByRole('option', { name: words });
  }

  /** Opens the dialog that starts a chat. */
  async startChat(): Promise<Locator> {
    await this.page
      .getByRole('banner')
      .getByRole('button', { name: this.t('ui-new-chat') })
      .click();
    const dialog = this.page.getByRole('dialog', { name: this.t('ui-new-chat') });
    await expect(dialog).toBeVisible();
    return dialog;
  }

  /** Opens one's own menu. */
  async openMe(): Promise<void> {
    const name = within(this.t('app-menu', { name: DEMO_NAMES[this.user] ?? this.user }));
    await this.page.getByRole('button', { name }).click();
    await expect(this.page.getByRole('menu')).toBeVisible();
  }

  /** Opens one's own menu and chooses from it. */
  async chooseFromMe(key: string): Promise<void> {
    await this.openMe();
    await this.page.getByRole('menuitem', { name: this.t(key) }).click();
  }

  /** Waits until the app would open without a network: in a new tab, or when this one loads again. */
  async installed(): Promise<void> {
    await this.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
  }

  /** Loses the network, as the browser sees it. */
  async goOffline(): Promise<void> {
    this.watch.spoiled = true;
    await this.page.context().setOffline(true);
  }

  async goOnline(): Promise<void> {
    await this.page.context().setOffline(false);
  }
}
