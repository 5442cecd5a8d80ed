export { type Bookshop, type BookshopOptions, startBookshop } from './bookshop.ts';
export type { Book, Format } from './catalogue/books.ts';
export type { Catalogue, CategoryListing } from './catalogue/catalogue.ts';
export type { Category } from './catalogue/categories.ts';
export { type Fault, FAULT_COUNTS, type Slowness } from './faults.ts';
export type { Stats } from './serving/stats.ts';
