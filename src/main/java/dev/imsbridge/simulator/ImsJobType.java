package dev.imsbridge.simulator;

import java.util.Arrays;
import java.util.Optional;

/** The fifteen job types that the IMS documentation lists, with their observed durations. */
public enum ImsJobType {
  CREATE_IMAGE_BY_INSTANCE("imsCreateImageByInstance", Shape.NAMED_IMAGE, 188, 222),
  IMPORT_IMAGE("imsImportImageJob", Shape.NAMED_IMAGE, 300, 420, 0.05, 2361),
  IMPORT_OVA_IMAGE("imsImportOvaImageJob", Shape.OVA, 600, 2266),
  VOLUME_CREATE_IMAGE("imsVolumeCreateImageJob", Shape.NAMED_IMAGE, 180, 280),
  VOLUMES_TO_SYS_DATA_IMAGES("imsVolumesToSysDataImagesJob", Shape.VOLUMES, 183, 600),
  IMPORT_DATA_IMAGE("imsImportDataImageJob", Shape.NAMED_IMAGE, 133, 600),
  CREATE_WHOLE_IMAGE_BY_INSTANCE(
      "imsCreateWholeImageByInstanceJob", Shape.NAMED_IMAGE, 480, 600, 0.03, 86_400),
  CREATE_WHOLE_IMAGE_BY_BACKUP("imsCreateWholeImageByBackupJob", Shape.NAMED_IMAGE, 5, 8),
  NATIVE_IMPORT_IMAGE("imsNativeImportImageJob", Shape.IMAGE, 270, 330),
  NATIVE_EXPORT_IMAGE("imsNativeExportImageJob", Shape.IMAGE, 165, 200),
  ADD_IMAGE_MEMBERS("imsAddImageMembersJob", Shape.MEMBERS, 0.6, 2.4),
  DEL_IMAGE_MEMBERS("imsDelImageMembersJob", Shape.NO_MEMBERS, 0.6, 2.4),
  UPDATE_IMAGE_MEMBERS("imsUpdateImageMembersJob", Shape.MEMBERS, 0.6, 2.4),
  COPY_IMAGE_IN_REGION("imsCopyImageInRegionJob", Shape.NAMED_IMAGE, 115, 150),
  CROSS_REGION_COPY_IMAGE("imsCrossRegionCopyImageJob", Shape.NAMED_IMAGE, 140, 190, 0.15, 888);

  /** The content of the {@code entities} of an answer. */
  enum Shape {
    NAMED_IMAGE,
    IMAGE,
    MEMBERS,
    NO_MEMBERS,
    OVA,
    VOLUMES
  }

  private final String wireName;
  private final Shape shape;
  final double low;
  final double high;
  final double longest;
  private final double tail;

  ImsJobType(String wireName, Shape shape, double low, double high) {
    this(wireName, shape, low, high, 0, high);
  }

  /**
   * @param low usual minimum of the duration in seconds
   * @param high usual maximum in seconds
   * @param tail share of jobs that take longer than {@code high}, 0 to 1
   * @param longest maximum in seconds
   */
  ImsJobType(String wireName, Shape shape, double low, double high, double tail, double longest) {
    this.wireName = wireName;
    this.shape = shape;
    this.low = low;
    this.high = high;
    this.tail = tail;
    this.longest = longest;
  }

  /** The value of {@code job_type} in IMS answers. */
  public String wireName() {
    return wireName;
  }

  /** Returns whether jobs of this type have sub-jobs. */
  public boolean hasSubJobs() {
    return shape == Shape.OVA || shape == Shape.VOLUMES;
  }

  /** The {@code job_type} of the sub-jobs; null if this type has none. */
  public String subJobType() {
    return switch (shape) {
      case OVA -> IMPORT_IMAGE.wireName;
      case VOLUMES -> "imsCopyVolumeToImageJob";
      default -> null;
    };
  }

  /** Returns the type with this {@code job_type}, case-sensitively as in IMS. */
  public static Optional<ImsJobType> of(String wireName) {
    return Arrays.stream(values()).filter(type -> type.wireName.equals(wireName)).findFirst();
  }

  Shape shape() {
    return shape;
  }

  /**
   * Returns the duration of one job in milliseconds. Durations above {@code high} are log-uniform.
   */
  double sampleMillis(SeededRandom random) {
    double seconds =
        random.derive("tail").chance(tail)
            ? high * Math.pow(longest / high, random.derive("far").unit())
            : random.derive("usual").between(low, high);
    return seconds * 1000;
  }
}
