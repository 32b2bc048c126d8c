package dev.imsbridge.poller;

import java.util.Arrays;
import java.util.function.Predicate;

/**
 * A priority queue of watches, or of their deadlines, the most overdue first. A binary heap whose
 * elements know their index, so that removal takes logarithmic time and needs no search. Owned by
 * one thread.
 */
final class DueQueue {

  /** An element. It is in at most one queue at a time. */
  abstract static class Element {
    private long due;

    /** Its index in the heap; -1 if it is not queued. */
    private int index = -1;

    /** Whether it is in a queue. */
    final boolean waiting() {
      return index >= 0;
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

  /** Returns the most overdue element; null if the queue is empty. */
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
    siftUp(element, size - 1);
  }

  /** Removes an element. Does nothing if it is not queued. */
  void remove(Element element) {
    if (!element.waiting()) {
      return;
    }
    int index = element.index;
    element.index = -1;
    size--;
    Element last = heap[size];
    heap[size] = null;
    if (last != element) {
      siftUp(last, index);
      siftDown(last, last.index);
    }
  }

  /** Removes all matching elements in one pass. Used when a partition is revoked. */
  void removeIf(Predicate<Element> removed) {
    Element[] before = heap;
    int count = size;
    heap = new Element[Math.max(64, count)];
    size = 0;
    for (int i = 0; i < count; i++) {
      Element element = before[i];
      element.index = -1;
      if (!removed.test(element)) {
        put(element, element.due);
      }
    }
  }

  // Compare by difference because the monotonic clock may overflow.
  private static boolean before(Element a, Element b) {
    return a.due - b.due < 0;
  }

  private void siftUp(Element element, int from) {
    int index = from;
    while (index > 0) {
      int parent = (index - 1) >>> 1;
      if (!before(element, heap[parent])) {
        break;
      }
      set(heap[parent], index);
      index = parent;
    }
    set(element, index);
  }

  private void siftDown(Element element, int from) {
    int index = from;
    while (true) {
      int child = 2 * index + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size && before(heap[child + 1], heap[child])) {
        child++;
      }
      if (!before(heap[child], element)) {
        break;
      }
      set(heap[child], index);
      index = child;
    }
    set(element, index);
  }

  private void set(Element element, int index) {
    heap[index] = element;
    element.index = index;
  }
}
