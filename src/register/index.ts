import { register } from 'node:module'
import { hookCommonJs } from '../plugin/loading.ts'

/*
 * `node --import dualtape/register file.js`: modules with functions marked by 'use ad' are written anew as they are loaded, and stack
 * traces name the lines that people wrote.
 */

register('./hooks.js', import.meta.url)
hookCommonJs()
process.setSourceMapsEnabled(true)
