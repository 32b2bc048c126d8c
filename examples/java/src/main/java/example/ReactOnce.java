package example;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reacts once to each finished job: a row in a database, in the same transaction as the id of the
 * event. Arguments: BOOTSTRAP FILE [COUNT]; ends after COUNT rows, or runs on without it.
 */
public final class ReactOnce {
  private ReactOnce() {}

  public static void main(String[] args) throws Exception {
    AtomicInteger left = new AtomicInteger(args.length > 2 ? Integer.parseInt(args[2]) : -1);
    try (Connection db = DriverManager.getConnection("jdbc:h2:" + args[1])) {
      db.createStatement()
          .execute(
              "CREATE TABLE IF NOT EXISTS outcomes"
                  + " (ce_id VARCHAR PRIMARY KEY, job_id VARCHAR, outcome VARCHAR)");
      db.setAutoCommit(false);
      Completions.forEach(
          args[0],
          "example-java",
          completion -> {
            boolean isNew = insert(db, completion);
            // Your own statements come here.
            db.commit();
            if (isNew) {
              System.out.println(completion.jobId() + " " + completion.outcome());
              if (left.decrementAndGet() == 0) {
                System.exit(0);
              }
            }
          });
    }
  }

  /** Returns false if the event was handled before. */
  private static boolean insert(Connection db, Completions.Completion completion)
      throws SQLException {
    String sql =
        "INSERT INTO outcomes SELECT ?, ?, ? WHERE NOT EXISTS"
            + " (SELECT 1 FROM outcomes WHERE ce_id = ?)";
    try (PreparedStatement statement = db.prepareStatement(sql)) {
      statement.setString(1, completion.ceId());
      statement.setString(2, completion.jobId());
      statement.setString(3, completion.outcome());
      statement.setString(4, completion.ceId());
      return statement.executeUpdate() == 1;
    }
  }
}
