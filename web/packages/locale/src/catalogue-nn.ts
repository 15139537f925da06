/** The catalogue of nynorsk, a chunk of its own. */
export { default } from '../../../../locales/nn.ftl?raw';
