import { DualtapeError } from '../core/errors.ts'

/** Loads what needs an optional package; where that is missing, an error says which one to install, and what for. */
export async function withPeer<T>(name: string, purpose: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) throw error
    throw new DualtapeError(`${purpose} needs the package ${name}, which is not installed: npm install ${name}`)
  }
}
