/** What `npm create vite` makes, no more: the packages must need nothing of their own. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({ plugins: [react()] });
