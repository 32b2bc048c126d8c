package dev.imsbridge.poller;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * The watches that wait for their next GET, the most overdue first. A binary heap whose elements
 * know their index, so that removal takes logarithmic time and needs no search. Owned by one
 * thread.
 */
final class DueQueue {

  /** An element. It is in at most one queue at a time. */
  abstract static class Element {
    private long due;
    private int place = -1;

    final boolean waiting() {
      return place >= 0;
    }

    /** When it is due, in nanoseconds of the loop's monotonic clock. */
    final long due() {
      return due;
    }
  }

  private Element[] heap = new Element[64];
  private int size;

  int size() {
    return size;
  }

  /** The most overdue element, or null. */
  Element head() {
    return size == 0 ? null : heap[0];
  }

  /** Adds an element, or moves it if it is already queued. */
  void put(Element element, long due) {
    if (element.waiting()) {
      remove(element);
    }
    if (size == heap.length) {
      heap = Arrays.copyOf(heap, size * 2);
    }
    element.due = due;
    size++;
    up(element, size - 1);
  }

  /** Removes an element. Does nothing if it is not queued. */
  void remove(Element element) {
    if (!element.waiting()) {
      return;
    }
    int place = element.place;
    element.place = -1;
    size--;
    Element last = heap[size];
    heap[size] = null;
    if (last != element) {
      up(last, place);
      down(last, last.place);
    }
  }

  /** Removes all matching elements in one pass. Used when a partition is revoked. */
  void removeIf(Predicate<Element> gone) {
    Element[] before = heap;
    int count = size;
    heap = new Element[Math.max(64, count)];
    size = 0;
    for (int i = 0; i < count; i++) {
      Element element = before[i];
      element.place = -1;
      if (!gone.test(element)) {
        put(element, element.due);
      }
    }
  }

  // Compare by difference because the monotonic clock may overflow.
  private static boolean before(Element a, Element b) {
    return a.due - b.due < 0;
  }

  private void up(Element element, int from) {
    int place = from;
    while (place > 0) {
      int parent = (place - 1) >>> 1;
      if (!before(element, heap[parent])) {
        break;
      }
      set(heap[parent], place);
      place = parent;
    }
    set(element, place);
  }

  private void down(Element element, int from) {
    int place = from;
    while (true) {
      int child = 2 * place + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], element)) {
        break;
      }
      set(heap[child], place);
      place = child;
    }
    set(element, place);
  }

  private void set(Element element, int place) {
    heap[place] = element;
    element.place = place;
  }
}
