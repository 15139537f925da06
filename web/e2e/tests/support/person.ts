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
    const first = this.page.getByRole('button', { name: this.t('app-first-run-done') });
    const me = this.page.getByRole('button', { name: within(DEMO_NAMES[this.user] ?? this.user) });
    await expect(first.or(me).first()).toBeVisible();
    if (await first.isVisible()) await first.click();
    await me.click();
    await expect(this.chats).toBeVisible();
  }

  /** The list of chats. */
  get chats(): Locator {
    return this.page.getByRole('list', { name: this.t('ui-chats') });
  }

  /** A chat in the list. */
  chat(name: string): Locator {
    return this.chats.getByRole('listitem').filter({ hasText: name });
  }

  /** Opens a chat from the list. */
  async open(name: string): Promise<Conversation> {
    await this.chat(name).getByRole('link').click();
    await expect(this.page.getByRole('heading', { name: within(name) })).toBeVisible();
    await expect(this.conversation.box).toBeVisible();
    return this.conversation;
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
