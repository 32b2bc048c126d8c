package dev.imsbridge.simulator;

import java.util.Arrays;
import java.util.Optional;

/** The fifteen job types that the IMS documentation lists, with how long they are seen to take. */
public enum ImsJobType {
  CREATE_IMAGE_BY_INSTANCE(
      "imsCreateImageByInstance", Shape.NAMED_IMAGE, Durations.between(188, 222)),
  IMPORT_IMAGE("imsImportImageJob", Shape.NAMED_IMAGE, Durations.withTail(300, 420, 0.05, 2361)),
  IMPORT_OVA_IMAGE("imsImportOvaImageJob", Shape.OVA, Durations.between(600, 2266)),
  VOLUME_CREATE_IMAGE("imsVolumeCreateImageJob", Shape.NAMED_IMAGE, Durations.between(180, 280)),
  VOLUMES_TO_SYS_DATA_IMAGES(
      "imsVolumesToSysDataImagesJob", Shape.VOLUMES, Durations.between(183, 600)),
  IMPORT_DATA_IMAGE("imsImportDataImageJob", Shape.NAMED_IMAGE, Durations.between(133, 600)),
  CREATE_WHOLE_IMAGE_BY_INSTANCE(
      "imsCreateWholeImageByInstanceJob",
      Shape.NAMED_IMAGE,
      Durations.withTail(480, 600, 0.03, 86_400)),
  CREATE_WHOLE_IMAGE_BY_BACKUP(
      "imsCreateWholeImageByBackupJob", Shape.NAMED_IMAGE, Durations.between(5, 8)),
  NATIVE_IMPORT_IMAGE("imsNativeImportImageJob", Shape.IMAGE, Durations.between(270, 330)),
  NATIVE_EXPORT_IMAGE("imsNativeExportImageJob", Shape.IMAGE, Durations.between(165, 200)),
  ADD_IMAGE_MEMBERS("imsAddImageMembersJob", Shape.MEMBERS, Durations.between(0.6, 2.4)),
  DEL_IMAGE_MEMBERS("imsDelImageMembersJob", Shape.NO_MEMBERS, Durations.between(0.6, 2.4)),
  UPDATE_IMAGE_MEMBERS("imsUpdateImageMembersJob", Shape.MEMBERS, Durations.between(0.6, 2.4)),
  COPY_IMAGE_IN_REGION("imsCopyImageInRegionJob", Shape.NAMED_IMAGE, Durations.between(115, 150)),
  CROSS_REGION_COPY_IMAGE(
      "imsCrossRegionCopyImageJob", Shape.NAMED_IMAGE, Durations.withTail(140, 190, 0.15, 888));

  /** What stands in the entities of an answer. */
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
  private final Durations durations;

  ImsJobType(String wireName, Shape shape, Durations durations) {
    this.wireName = wireName;
    this.shape = shape;
    this.durations = durations;
  }

  /** The type as IMS writes it in {@code job_type}. */
  public String wireName() {
    return wireName;
  }

  /** Whether jobs of this type consist of sub-jobs. */
  public boolean hasSubJobs() {
    return shape == Shape.OVA || shape == Shape.VOLUMES;
  }

  /** The {@code job_type} of this type's sub-jobs; null when it has none. */
  public String subJobType() {
    return switch (shape) {
      case OVA -> IMPORT_IMAGE.wireName;
      case VOLUMES -> "imsCopyVolumeToImageJob";
      default -> null;
    };
  }

  /** Reads a {@code job_type}; case counts, as it does at IMS. */
  public static Optional<ImsJobType> of(String wireName) {
    return Arrays.stream(values()).filter(type -> type.wireName.equals(wireName)).findFirst();
  }

  Shape shape() {
    return shape;
  }

  Durations durations() {
    return durations;
  }
}
