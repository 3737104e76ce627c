// Why data was rejected, as text; for the screens of settings.

export { reasonText } from '../../../components/domain/reason-text.ts';
