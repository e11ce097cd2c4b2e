// Defines the element <mux-uploader>; its page needs nothing else.
import '@mux/mux-uploader'
