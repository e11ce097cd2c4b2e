import { type InputFile, inputArguments } from './input-arguments.ts'

const FIELDS = [
  'format=format_name,start_time,duration,bit_rate,nb_streams',
  [
    'stream=index,codec_type,codec_name,codec_tag_string,width,height,sample_aspect_ratio,pix_fmt,color_space',
    'color_transfer,field_order,r_frame_rate,avg_frame_rate,start_time,duration,bit_rate,channels,sample_rate',
  ].join(','),
  'stream_disposition=default,attached_pic,forced,hearing_impaired',
  'stream_tags=language,title,DURATION',
  'stream_side_data=rotation',
].join(':')

/** How far ffprobe may read to find every stream: transport streams announce some of theirs late. */
const PROBE_SIZE_BYTES = 20_000_000
const ANALYZE_DURATION_US = 20_000_000

const QUIET = ['-hide_banner', '-loglevel', 'error']

/** ffprobe's description of the container and its streams, as JSON for `parseProbe`. */
export function describeArguments(input: InputFile): string[] {
  return [
    ...QUIET,
    ...['-probesize', String(PROBE_SIZE_BYTES), '-analyzeduration', String(ANALYZE_DURATION_US)],
    ...['-show_error', '-show_entries', FIELDS, '-of', 'json=compact=1'],
    ...inputArguments(input),
  ]
}

/** Later than any file ends. Some builds read nothing when the end of an interval is left out. */
const FAR_SECONDS = 10_000_000

/**
 * One line per packet for `PacketScan`, without decoding. With `fromSeconds` (in the file's own time) only what comes
 * after the nearest earlier place that the container can seek to.
 */
export function packetArguments(input: InputFile, fromSeconds?: number): string[] {
  const interval = fromSeconds === undefined ? [] : ['-read_intervals', `${fromSeconds.toFixed(3)}%+${FAR_SECONDS}`]
  return [
    ...QUIET,
    ...interval,
    ...['-show_entries', 'packet=stream_index,pts_time,dts_time,duration_time,flags', '-of', 'csv=p=0'],
    ...inputArguments(input),
  ]
}
