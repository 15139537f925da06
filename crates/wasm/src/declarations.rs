//! What `poll` gives, in the words of TypeScript.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const OUTPUT: &str = r"
/** One change to the store. */
export type EngineWrite =
  | { kind: 'put'; key: string; value: Uint8Array }
  | { kind: 'delete'; key: string }
  | { kind: 'deletePrefix'; prefix: string };

/** Something for the host to do; it reports back with an input that repeats the number. */
export type EngineOutput =
  | { output: 'openSocket'; generation: number; path: string; token: string }
  | { output: 'send'; generation: number; text: string }
  | { output: 'closeSocket'; generation: number; code: number }
  | {
      output: 'http';
      request: number;
      method: 'GET' | 'POST';
      path: string;
      token: string;
      body: string | null;
    }
  | { output: 'cancelHttp'; request: number }
  | { output: 'fetchToken'; request: number; fresh: boolean }
  | { output: 'load'; load: number; prefixes: string[] }
  | { output: 'persist'; batch: number; journal: boolean; writes: EngineWrite[] }
  | { output: 'wipe' }
  | { output: 'changed'; change: string };
";
