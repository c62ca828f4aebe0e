import { register } from 'node:module'

/*
 * `node --import dualtape/register file.js`: modules with functions marked by 'use ad' are written anew as they are loaded.
 */

register('./hooks.js', import.meta.url)
