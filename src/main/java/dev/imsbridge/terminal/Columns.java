package dev.imsbridge.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Formats rows as columns that fit their longest cell. Texts are aligned left, numbers right. */
public final class Columns {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  public Columns(String... titles) {
    row(titles);
  }

  /** Returns a number with groups of three digits. */
  public static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  public void row(String... cells) {
    rows.add(List.of(cells));
  }

  /** Returns all rows, each terminated by a line feed. */
  public String text() {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    boolean[] right = new boolean[columns];
    for (int column = 0; column < columns; column++) {
      right[column] = column > 0;
      for (int row = 0; row < rows.size(); row++) {
        String cell = rows.get(row).get(column);
        widths[column] = Math.max(widths[column], cell.length());
        right[column] &= row == 0 || cell.isEmpty() || Character.isDigit(cell.charAt(0));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        String padding = " ".repeat(widths[column] - row.get(column).length());
        line.append(right[column] ? padding + row.get(column) : row.get(column) + padding);
        line.append(GAP);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
