package dev.imsbridge.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Formats rows of equal length as a table. Each column is as wide as its longest cell. A column
 * other than the first is aligned right if each of its cells, except the title, is empty or begins
 * with a digit. All others are aligned left. Cells may be coloured; colours take no space. Not
 * thread-safe.
 */
public final class Columns {
  private static final String GAP = "  ";
  private static final Pattern COLOUR = Pattern.compile("\u001b\\[[0-9;]*m");

  private final List<List<String>> rows = new ArrayList<>();
  private final boolean alignNumbers;

  /** Creates a table with a row of titles. */
  public Columns(String... titles) {
    this(true);
    row(titles);
  }

  private Columns(boolean alignNumbers) {
    this.alignNumbers = alignNumbers;
  }

  /** Creates a table without titles. All of its columns are aligned left. */
  public static Columns left() {
    return new Columns(false);
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
    int columns = rows.isEmpty() ? 0 : rows.get(0).size();
    int[] widths = new int[columns];
    boolean[] right = new boolean[columns];
    for (int column = 0; column < columns; column++) {
      right[column] = alignNumbers && column > 0;
      for (int row = 0; row < rows.size(); row++) {
        String cell = plain(rows.get(row).get(column));
        widths[column] = Math.max(widths[column], cell.length());
        right[column] &= row == 0 || cell.isEmpty() || Character.isDigit(cell.charAt(0));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        String cell = row.get(column);
        String padding = " ".repeat(widths[column] - plain(cell).length());
        line.append(right[column] ? padding + cell : cell + padding).append(GAP);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static String plain(String cell) {
    return COLOUR.matcher(cell).replaceAll("");
  }
}
