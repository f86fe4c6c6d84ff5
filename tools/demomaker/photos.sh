#!/bin/sh
# Makes the demo's photographs: scales each picture of a source folder to at most 1280 pixels and writes the fields of
# internal/demo/content/photos.txt into it as IPTC and XMP. Needs ImageMagick and exiftool.
#
#   tools/demomaker/photos.sh SOURCE-FOLDER      (files named KEY.jpg, KEY.png or KEY.webp)
set -eu
src=$1
root=$(cd "$(dirname "$0")/../.." && pwd)
out=$root/internal/demo/content/photos
mkdir -p "$out"
trim() { printf '%s' "$1" | sed 's/^ *//; s/ *$//'; }
grep -v '^#' "$root/internal/demo/content/photos.txt" | while IFS='|' read -r key title caption alt author org licence source; do
	key=$(trim "$key") title=$(trim "$title") caption=$(trim "$caption") alt=$(trim "$alt")
	author=$(trim "$author") org=$(trim "$org") licence=$(trim "$licence") source=$(trim "$source")
	in=$(ls "$src/$key".* | head -1)
	file=$out/$key.jpg
	for size_quality in 1280:80 1280:74 1280:68 1120:66; do
		convert -limit memory 4GiB -limit disk 8GiB "$in" -auto-orient -resize "${size_quality%:*}x${size_quality%:*}>" \
			-strip -colorspace sRGB -interlace none -sampling-factor 4:2:0 -quality "${size_quality#*:}" "$file"
		[ "$(wc -c <"$file")" -le 150000 ] && break
	done
	copyright="© ${author:-$org}"
	case $licence in CC0* | Public*) copyright="No rights reserved (${author:-$org})" ;; esac
	exiftool -q -overwrite_original -codedcharacterset=utf8 -charset iptc=utf8 \
		-IPTC:ObjectName="$title" -XMP-dc:Title="$title" -IPTC:Headline="$title" -XMP-photoshop:Headline="$title" \
		-IPTC:Caption-Abstract="$caption" -XMP-dc:Description="$caption" -XMP-iptcCore:AltTextAccessibility="$alt" \
		-IPTC:By-line="$author" -XMP-dc:Creator="$author" -IPTC:Credit="$org" -XMP-photoshop:Credit="$org" \
		-IPTC:Source="$org" -XMP-photoshop:Source="$org" \
		-IPTC:CopyrightNotice="$copyright" -XMP-dc:Rights="$copyright" -XMP-xmpRights:UsageTerms="$licence. $source" \
		"$file" </dev/null
done
