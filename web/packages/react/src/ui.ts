'use client';
/**
 * The components, over the hooks: `@samtale/react/ui`. Their looks come with `@samtale/react/styles.css`.
 */
import './ui/tokens.css';

export * from './ui/primitives';
