/** The customer's `@/hooks`: a barrel over the package. */
export * from '@samtale/react';
