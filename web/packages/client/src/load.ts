/** Loads the engine: the glue and the WebAssembly module, once for all clients. */
import type { WasmSource } from './api';
import { toError } from './errors';
import type { WasmEngine } from './wasm/samtale';

/** What makes engines. */
export type EngineClass = typeof WasmEngine;

const loaded = new Map<WasmSource | null, Promise<EngineClass>>();

/** Loads the engine from a source, or from beside this package. A failure is tried again when asked again. */
export function loadEngine(source: WasmSource | null): Promise<EngineClass> {
  let loading = loaded.get(source);
  if (loading === undefined) {
    loading = load(source);
    loaded.set(source, loading);
    loading.catch(() => loaded.delete(source));
  }
  return loading;
}

async function load(source: WasmSource | null): Promise<EngineClass> {
  try {
    const [glue, module] = await Promise.all([import('./wasm/samtale.js'), compile(await source)]);
    await glue.default({ module_or_path: module });
    return glue.WasmEngine;
  } catch (error) {
    throw new Error(`the engine could not be loaded: ${toError(error).message}`, { cause: error });
  }
}

async function compile(
  source: string | URL | BufferSource | WebAssembly.Module | Response | null,
): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (typeof Response !== 'undefined' && source instanceof Response) return fromResponse(source);
  if (source === null) return compile(new URL('./wasm/samtale.wasm', import.meta.url));
  if (typeof source === 'string' || source instanceof URL) {
    const { href, protocol } = new URL(source, globalThis.location?.href ?? import.meta.url);
    return protocol === 'file:' ? fromFile(href) : fromResponse(await fetch(href));
  }
  return WebAssembly.compile(source as BufferSource);
}

async function fromResponse(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) throw new Error(`${response.url} answers ${response.status}`);
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('application/wasm')) return WebAssembly.compileStreaming(response);
  // A server that does not know the type: slower, and as good.
  return WebAssembly.compile(await response.arrayBuffer());
}

async function fromFile(href: string): Promise<WebAssembly.Module> {
  // Bundlers for browsers must not look for it.
  const name = 'node:fs/promises';
  const fs: typeof import('node:fs/promises') = await import(
    /* @vite-ignore */ /* webpackIgnore: true */ name
  );
  return WebAssembly.compile(await fs.readFile(new URL(href)));
}
