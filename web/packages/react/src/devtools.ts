'use client';
/**
 * The developer tools, `@samtale/react/devtools`: what the connection, the queue and the engine are
 * doing, on the page itself. The panel is loaded when it is first opened, and costs nothing closed.
 */
import './ui/tokens.css';

export { SamtaleDevtools, type SamtaleDevtoolsProps } from './devtools/devtools';
