/** Places for the errors of code that knows no files. */
import { InputError, type SourceLocation } from '../core/errors.ts';

/** Runs `action`; an InputError without a place gets this one. */
export function located<T>(location: SourceLocation, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof InputError) || error.location) throw error;
    throw new InputError(error.message, location);
  }
}

/** As `located`, for actions that wait. */
export async function locatedAsync<T>(location: SourceLocation, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    return located(location, () => {
      throw error;
    });
  }
}
