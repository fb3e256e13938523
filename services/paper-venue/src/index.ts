export { PAPER_DOMAIN, startPaperVenue, type PaperMarket, type PaperVenue, type PaperVenueOptions } from './paper-venue.js';
