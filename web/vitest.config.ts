import { defineConfig } from 'vitest/config';

// Packages are tested from their sources; each says in its own config what else it needs.
export default defineConfig({ test: { projects: ['packages/*', 'apps/*'] } });
