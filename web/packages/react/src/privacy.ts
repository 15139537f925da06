/**
 * Who sees what of oneself, as this device remembers it: `@samtale/react/privacy`. Without React, for an
 * app that makes its client before React is loaded.
 */
export { forgetPrivacy, rememberedPrivacy } from './ui/settings/privacy';
