/** Names and pictures: from the host product where it knows them, else from the chats. */
import type { ChatItem, Participant, UserId } from '@samtale/client';
import type { Phrases } from '@samtale/locale';

/** What the host product knows of a person. */
export interface Profile {
  readonly name?: string;
  readonly avatarUrl?: string | null;
}

/** What the host product knows of people, by user id; it goes before what the chats say. */
export type Profiles = ReadonlyMap<UserId, Profile> | Readonly<Record<UserId, Profile>>;

/** Finds names and pictures among some people. */
export interface Directory {
  /** The name, or null where it isn't known. */
  readonly knownName: (id: UserId) => string | null;
  /** The name to show; never empty. */
  readonly name: (id: UserId) => string;
  readonly avatarUrl: (id: UserId) => string | null;
}

/** The people of a chat, as the engine has them. */
export type People = ChatItem['participants'];

/** Makes a directory of the people of some chats; `former` knows those who left. */
export function directoryOf(
  lists: readonly People[],
  profiles: Profiles | undefined,
  phrases: Phrases,
  former: (id: UserId) => Participant | null = () => null,
): Directory {
  const people = new Map<UserId, Profile>();
  for (const list of lists) {
    for (const { userId, name, avatarUrl } of list)
      people.set(userId, { name, avatarUrl: avatarUrl ?? null });
  }
  const known = (id: UserId): Profile | undefined =>
    profiles instanceof Map
      ? profiles.get(id)
      : (profiles as Readonly<Record<UserId, Profile>> | undefined)?.[id];
  const inChat = (id: UserId): Profile | null => people.get(id) ?? former(id);
  const knownName = (id: UserId): string | null => {
    for (const name of [known(id)?.name, inChat(id)?.name]) {
      if (name !== undefined && name.trim() !== '' && !(name === id && isOpaque(id))) return name;
    }
    return null;
  };
  return {
    knownName,
    name: (id) => knownName(id) ?? phrases.t('person-unnamed'),
    avatarUrl: (id) => known(id)?.avatarUrl ?? inChat(id)?.avatarUrl ?? null,
  };
}

/** Where a server knows no name it gives the id; one like `auth0|5f7c` tells a person nothing. */
function isOpaque(id: UserId): boolean {
  return !/^\p{L}+(?:[ '-]\p{L}+)*$/u.test(id);
}
