package h264

import "fmt"

// FrameRate is the only rate of frames: at 1080×1920 level 4.0 is just enough
// for it, and not for a higher one.
const FrameRate = 30

// Bounds on the quantiser. Below MinQP a level can be larger than the profile
// has a code for.
const (
	MinQP = 10
	MaxQP = 51
)

const (
	level        = 40     // 4.0, in tenths
	maxFrame     = 8192   // macroblocks a frame of that level
	maxPerSecond = 245760 // macroblocks a second
	maxSide      = 256    // macroblocks: the root of eight times maxFrame
	initialQP    = 26     // in the PPS; slices say how far theirs is from it
)

// The types of NAL unit, with the bits that say how much others depend on it.
const (
	nalSlice = 0x41 // a slice of a frame that is a reference
	nalIDR   = 0x65
	nalSPS   = 0x67
	nalPPS   = 0x68
)

// checkSize refuses sizes that cannot be said or are beyond the level.
func checkSize(width, height int) error {
	if width < 2 || height < 2 || width%2 != 0 || height%2 != 0 {
		return fmt.Errorf("h264: a frame of %d×%d: sides must be even and at least 2", width, height)
	}
	w, h := macroblocks(width), macroblocks(height)
	if w > maxSide || h > maxSide || w*h > maxFrame || w*h*FrameRate > maxPerSecond {
		return fmt.Errorf("h264: a frame of %d×%d is too large for level 4.0", width, height)
	}
	return nil
}

func macroblocks(pixels int) int { return (pixels + 15) / 16 }

// ParameterSets gives the sequence and the picture parameter set as NAL units
// without start codes. They are the same bytes for every clip of a size, of
// visible pixels. The error says why a size cannot be encoded.
func ParameterSets(width, height int) (sps, pps []byte, err error) {
	if err := checkSize(width, height); err != nil {
		return nil, nil, err
	}
	return sequenceParameters(width, height), pictureParameters(), nil
}

// sequenceParameters is 7.3.2.1.1 with the VUI of E.1.1.
func sequenceParameters(width, height int) []byte {
	mbWidth, mbHeight := macroblocks(width), macroblocks(height)
	var w bitWriter
	w.put(66, 8)   // profile_idc: baseline,
	w.put(0xC0, 8) // constrained to what the main profile has too
	w.put(level, 8)
	w.ue(0)       // seq_parameter_set_id
	w.ue(0)       // log2_max_frame_num_minus4
	w.ue(2)       // pic_order_cnt_type: frames are shown in the order of decoding
	w.ue(1)       // max_num_ref_frames
	w.flag(false) // gaps_in_frame_num_value_allowed_flag
	w.ue(uint32(mbWidth - 1))
	w.ue(uint32(mbHeight - 1))
	w.flag(true) // frame_mbs_only_flag
	w.flag(true) // direct_8x8_inference_flag
	right, bottom := 16*mbWidth-width, 16*mbHeight-height
	w.flag(right+bottom > 0)
	if right+bottom > 0 {
		// In units of two pixels, which is why sides are even.
		w.ue(0)
		w.ue(uint32(right / 2))
		w.ue(0)
		w.ue(uint32(bottom / 2))
	}
	w.flag(true) // vui_parameters_present_flag
	w.flag(true) // aspect_ratio_info_present_flag
	w.put(1, 8)  // square pixels
	w.flag(false)
	w.flag(true) // video_signal_type_present_flag
	w.put(5, 3)  // unspecified video format
	w.flag(false)
	w.flag(true) // colour_description_present_flag: all three are BT.709
	w.put(1, 8)
	w.put(1, 8)
	w.put(1, 8)
	w.flag(false) // chroma_loc_info_present_flag
	w.flag(true)  // timing_info_present_flag
	w.put(1, 32)
	w.put(2*FrameRate, 32) // in fields a second
	w.flag(true)           // fixed_frame_rate_flag
	w.flag(false)          // nal_hrd_parameters_present_flag
	w.flag(false)          // vcl_hrd_parameters_present_flag
	w.flag(false)          // pic_struct_present_flag
	w.flag(true)           // bitstream_restriction_flag
	w.flag(true)           // motion_vectors_over_pic_boundaries_flag
	w.ue(0)                // max_bytes_per_pic_denom: unbounded
	w.ue(0)                // max_bits_per_mb_denom: unbounded
	w.ue(13)               // log2_max_mv_length_horizontal, in quarters of a pixel
	w.ue(11)               // log2_max_mv_length_vertical
	w.ue(0)                // max_num_reorder_frames
	w.ue(1)                // max_dec_frame_buffering
	w.finish()
	return appendNAL(nil, nalSPS, w.buf)
}

// pictureParameters is 7.3.2.2. No clip changes it: what differs is said by the
// slices.
func pictureParameters() []byte {
	var w bitWriter
	w.ue(0)       // pic_parameter_set_id
	w.ue(0)       // seq_parameter_set_id
	w.flag(false) // entropy_coding_mode_flag: CAVLC
	w.flag(false) // bottom_field_pic_order_in_frame_present_flag
	w.ue(0)       // num_slice_groups_minus1
	w.ue(0)       // num_ref_idx_l0_default_active_minus1
	w.ue(0)       // num_ref_idx_l1_default_active_minus1
	w.flag(false) // weighted_pred_flag
	w.put(0, 2)   // weighted_bipred_idc
	w.se(0)       // pic_init_qp_minus26
	w.se(0)       // pic_init_qs_minus26
	w.se(0)       // chroma_qp_index_offset
	w.flag(true)  // deblocking_filter_control_present_flag
	w.flag(false) // constrained_intra_pred_flag
	w.flag(false) // redundant_pic_cnt_present_flag
	w.finish()
	return appendNAL(nil, nalPPS, w.buf)
}

// sliceHeader is 7.3.3, of the one slice that a frame is.
func (e *Encoder) sliceHeader(idr bool) {
	w := &e.bits
	w.ue(0) // first_mb_in_slice
	if idr {
		w.ue(7) // I, and so are all slices of the frame
	} else {
		w.ue(5) // P
	}
	w.ue(0) // pic_parameter_set_id
	w.put(uint32(e.frameNumber&15), 4)
	if idr {
		w.ue(0)       // idr_pic_id: no two IDR frames follow each other
		w.flag(false) // no_output_of_prior_pics_flag
		w.flag(false) // long_term_reference_flag
	} else {
		w.flag(false) // num_ref_idx_active_override_flag
		w.flag(false) // ref_pic_list_modification_flag_l0
		w.flag(false) // adaptive_ref_pic_marking_mode_flag
	}
	w.se(e.qp - initialQP)
	w.ue(1) // disable_deblocking_filter_idc
}
