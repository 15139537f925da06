/** The demo's people and chats, as `crates/server/src/dev` has them. */

/** Who a demo user is on the screen. */
export const DEMO_NAMES: Readonly<Record<string, string>> = {
  ingrid: 'Ingrid Solberg',
  jonas: 'Jonas Bakken',
  marianne: 'Marianne Bakken',
  amina: 'Amina Hassan',
  sigrid: 'Sigrid Ragnhild Åsen Fjelltveit-Kvammen',
  emil: 'Emil Larsen',
  thomas: 'Thomas Berg',
  nora: 'Nora Lie',
};

/** The demo's chats by their ids, which are always the same. */
export const CHATS = {
  /** Ingrid and Jonas, alone. */
  maths: chat(0),
  /** Thomas and Amina. */
  english: chat(1),
  /** Sigrid and Emil, «Fysikk 1». */
  physics: chat(2),
  /** Five people, «Eksamensgruppe R1». */
  exam: chat(3),
  /** Ingrid, Jonas and his mother: «Jonas og matten». */
  family: chat(4),
  /** Nora's first words to Ingrid. */
  nora: chat(5),
} as const;

function chat(number: number): string {
  return `01941f29-7c00-7000-8000-01000${number}000000`;
}
