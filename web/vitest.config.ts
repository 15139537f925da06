/** Runs the tests of all packages, from their sources; each says in its own config what else it needs. */
import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { projects: ['packages/*', 'apps/*'] } });
