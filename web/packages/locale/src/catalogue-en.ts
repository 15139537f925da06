/** The catalogue of English, a chunk of its own. */
export { default } from '../../../../locales/en.ftl?raw';
