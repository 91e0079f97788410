// What is kept on this device, by name; a browser that keeps nothing is no error.

/** Read a value, or undefined. */
export function recall(name) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Write a value; tells whether it is kept. */
export function keep(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** Forget a value. */
export function forget(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // Nothing was kept, so nothing is left.
  }
}

/** The answers of one attempt, a key for each question, so that two tabs do not overwrite. */
export function answersOf(token) {
  const prefix = `sakuham:jawaban:${token}:`;
  return {
    all() {
      try {
        return Object.keys(localStorage)
          .filter((name) => name.startsWith(prefix))
          .map(recall)
          .filter((entry) => entry?.position > 0 && Array.isArray(entry.choices));
      } catch {
        return [];
      }
    },
    put: (entry) => keep(prefix + entry.position, entry),
    drop(position, sequence) {
      if ((recall(prefix + position)?.sequence ?? 0) <= sequence) forget(prefix + position);
    },
    /** Calls back when another tab keeps an answer. */
    watch(heard) {
      addEventListener("storage", (event) => {
        if (event.key?.startsWith(prefix) && event.newValue) heard(JSON.parse(event.newValue));
      });
    },
  };
}
