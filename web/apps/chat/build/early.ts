/**
 * Says in the page's head what will be needed: the wasm module and the app's chunks, so that they travel
 * while the entry is being read. Only what the first screen needs is named.
 */
import type { Plugin } from 'vite';

/** Makes the plugin. `first` names the dynamic chunks that the first screen needs. */
export function loadEarly(first: readonly string[]): Plugin {
  return {
    name: 'samtale-load-early',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        const files = Object.values(bundle ?? {});
        const wasm = files.filter((file) => file.fileName.endsWith('.wasm'));
        const named = new Set<string>();
        const add = (fileName: string) => {
          const chunk = bundle?.[fileName];
          if (named.has(fileName) || chunk?.type !== 'chunk') return;
          named.add(fileName);
          for (const imported of chunk.imports) add(imported);
        };
        for (const file of files) if (file.type === 'chunk' && first.includes(file.name)) add(file.fileName);
        const scripts = [...named].filter((name) => !html.includes(`/${name}"`));
        const styles = [...named]
          .flatMap((name) => {
            const chunk = bundle?.[name];
            return chunk?.type === 'chunk' ? [...(chunk.viteMetadata?.importedCss ?? [])] : [];
          })
          .filter((name) => !html.includes(`/${name}"`));
        return [
          ...wasm.map(({ fileName }) => ({
            tag: 'link',
            attrs: {
              rel: 'preload',
              as: 'fetch',
              type: 'application/wasm',
              crossorigin: true,
              href: `/${fileName}`,
            },
            injectTo: 'head' as const,
          })),
          ...scripts.map((name) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `/${name}` },
            injectTo: 'head' as const,
          })),
          ...styles.map((name) => ({
            tag: 'link',
            attrs: { rel: 'stylesheet', crossorigin: true, href: `/${name}` },
            injectTo: 'head' as const,
          })),
        ];
      },
    },
  };
}
